/**
 * Machines of a lab find each other on the local network. `lockstep agent` announces one (`announcer.ts`); the
 * editor, `lockstep nodes` and a cluster with `discover` listen (`browser.ts`). What they say is in `message.ts`, how
 * it is sealed in `datagram.ts`, who is there in `membership.ts`. The sockets are in `multicast.ts`.
 * May import: protocol, core.
 */
export { Announcer } from './announcer';
export type { Browser } from './browser';
export { describeMachine, ownName, type Profile } from './describeMachine';
export { browse, type BrowseOptions, findMachines } from './findMachines';
export { createLabToken, isLabToken, labTokenFile, readLabKey, saveLabToken } from './labToken';
export { isHostName, isLabel, isUserName, maximumLabels } from './message';
export { type Network, openNetwork } from './multicast';
