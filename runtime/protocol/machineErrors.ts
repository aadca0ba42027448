import { type ErrorKind, user } from './errorKind';

/** What goes wrong with other machines: on the way there, and in finding them. */
export const machineErrors = {
  // machines reached over SSH
  sshBadTarget: user(
    (d) => `${d.host}: ${d.problem}. Correct it in lockstep.json or in your SSH configuration.`,
  ),
  sshUnknownHost: user(
    (d) =>
      `${d.host}: no machine is known under the name ${d.address}. Check the name, and that the network or VPN is up.`,
  ),
  sshUnreachable: user(
    (d) =>
      `${d.host}: ${d.address} port ${d.port} cannot be reached: ${d.reason}. Check that it is on, and the network or VPN.`,
  ),
  sshHandshake: user(
    (d) =>
      `${d.host}: the SSH connection could not be set up: ${d.reason}. Check that "ssh ${d.host}" gets you there from a terminal.`,
  ),
  sshHostKeyChanged: user(
    (d) =>
      `${d.host}: the host key is not the one that is known (${d.file} line ${d.line}). It now shows ${d.fingerprint}: someone may be listening in, or the machine was set up anew. Ask who runs it; if the new key is right, remove that line.`,
  ),
  sshHostKeyRevoked: user(
    (d) =>
      `${d.host}: its host key is revoked (${d.file} line ${d.line}). Do not connect; ask who runs the machine.`,
  ),
  sshHostKeyUnknown: user(
    (d) =>
      `${d.host}: its host key${d.fingerprint ? ` (${d.keyType} ${d.fingerprint})` : ''} is not known and was not accepted. Connect again and accept it, or add it to ${d.file}.`,
  ),
  sshNotAuthenticated: user(
    (d) =>
      `${d.host}: ${d.user} was not let in: ${d.reason}. Check the user, and the key or password; "ssh ${d.host}" in a terminal has to let you in too.`,
  ),
  sshNoProgram: user(
    (d) =>
      `${d.host}: there is no ${d.program} on this machine, which this host needs${d.why}. Install OpenSSH.`,
  ),
  badPlacement: user(
    (d) =>
      `${d.size} nodes do not fit the hosts, which say ${d.places} between them${d.lost ? ` without ${d.lost}, lost while the job ran` : ''}. Change "nodes" of the cluster or of its hosts in lockstep.json.`,
  ),
  allocationFull: user(
    (d) =>
      `${d.size} nodes do not fit the allocation of Slurm, which was made for ${d.places}${d.lost ? ` without ${d.lost}, lost while the job ran,` : ''} and keeps its size. Start the job with as many nodes as it is to grow to ("--nodes"), and let it have fewer until it needs them.`,
  ),
  hostLost: user(
    (d) =>
      `${d.host}: it could not be reached again within ${d.seconds} s; its nodes have ended. Check that it is on, and the network or VPN.`,
    false,
  ),
  directUnreachable: user((d) => `${d.reason} at ${d.address}:${d.port}`),
  directLost: user(
    (d) =>
      `${d.host} and ${d.other}: their direct link did not come back within ${d.seconds} s, and with it messages are lost. Start the program again, or set "peerLinks" to "relayed" in lockstep.json.`,
    false,
  ),
  noDirectPort: user((d) => `no port from ${d.from} to ${d.to} is free; widen "directPorts"`),
  relayFailed: user(
    (d) =>
      `${d.host}: the runtime did not start there: ${d.reason}. Start the program again; if it fails again, look at the memory and the limits of your user there.`,
  ),
  sshCancelled: user(
    (d) => `${d.host}: connecting was cancelled. Start the program again and answer its question.`,
  ),
  sshLinkLost: user(
    (d) =>
      `${d.host}: the SSH connection was lost: ${d.reason}. Start the program again once the machine can be reached.`,
    false,
  ),
  sshNoCommand: user(
    (d) =>
      `${d.host}: no command can be run there: ${d.reason}. Check that "ssh ${d.host} true" works from a terminal.`,
  ),
  remoteNoNode: user(
    (d) =>
      `${d.host}: there is no Node.js ${d.minimum} or newer (${d.tried}). To install it for your user, run: ${d.fix} — or name an archive of Node.js as "nodeArchive" of the cluster in lockstep.json.`,
  ),
  remoteNodeTooOld: user(
    (d) =>
      `${d.host}: ${d.path} is Node.js ${d.version}; Lockstep needs ${d.minimum} or newer. To install it for your user, run: ${d.fix} — or name an archive of Node.js as "nodeArchive" of the cluster in lockstep.json.`,
  ),
  remoteNoAnswer: user(
    (d) =>
      `${d.host}: it did not answer within ${d.seconds} s. Look whether its disks and its home directory respond.`,
  ),
  remoteDiskFull: user(
    (d) => `${d.host}: the disk is full at ${d.path}. Free some space there (${d.needed} MiB are needed).`,
  ),
  remoteNoAccess: user(
    (d) =>
      `${d.host}: ${d.path} cannot be written: ${d.reason}. Make it yours, or set XDG_CACHE_HOME there to a directory that is.`,
  ),
  remoteUploadFailed: user(
    (d) =>
      `${d.host}: the upload failed: ${d.reason}. Start the program again once the machine can be reached.`,
  ),
  badNodeArchive: user(
    (d) =>
      `${d.host}: ${d.path} is no archive of Node.js for it: ${d.problem}. Name a node-v….tar.gz for ${d.platform} from nodejs.org.`,
  ),

  // machines found on the local network
  noLabToken: user(
    (d) =>
      `There is no lab token at ${d.file}, so the machines of your lab cannot be told from others. Get the token from whoever runs the lab and enter it ("Lockstep: Enter Lab Token"), or copy that file here; to begin a lab of your own, run: lockstep agent --new-token`,
  ),
  labTokenExposed: user(
    (d) => `${d.file}: others can read this lab token. Make it yours alone: chmod 600 ${d.file}`,
  ),
  badLabToken: user(
    (d) => `${d.what} is no lab token: one is "lockstep-lab-" and 43 letters, digits, "-" or "_".`,
  ),
  labTokenThere: user(
    (d) =>
      `There is a lab token at ${d.file} already, and the machines that have it would no longer be found. Remove that file first if you mean it.`,
  ),
  noInterface: user(
    (d) =>
      `There is no network interface ${d.name} with an IPv4 address here. Those of this machine: ${d.known}.`,
  ),
  noDiscovery: user((d) => `Nothing can be heard from the local network: ${d.reason}.`),
  noMachineFound: user(
    (d) =>
      `No machine with ${d.labels} was found on the network. ${d.seen} Start "lockstep agent" with these labels on the machines of the lab; "lockstep nodes" shows which are there.`,
  ),
  unknownMachine: user(
    (d) => `No machine ${d.name} was found on the network. There: ${d.known}. "lockstep nodes" lists them.`,
  ),
} satisfies Record<string, ErrorKind>;
