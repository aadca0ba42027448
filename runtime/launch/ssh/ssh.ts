/** The packages that speak SSH and read its configuration: a bundle of their own, loaded when a host is first needed. */
export { BaseAgent, Client, createAgent, utils } from 'ssh2';
export { default as SshConfig } from 'ssh-config';
