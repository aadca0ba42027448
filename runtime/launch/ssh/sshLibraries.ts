/** The packages that speak SSH and read its configuration, evaluated when a host first needs them. */
export { BaseAgent, Client, createAgent, utils } from 'ssh2';
export { default as SshConfig } from 'ssh-config';
