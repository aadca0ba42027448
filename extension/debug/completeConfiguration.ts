/** Debug configurations, completed from what the editor knows; pure, so that each rule has its test. */

/** What a step moves. */
export type StepMode = 'node' | 'together';

/** A debug configuration of type `lockstep`, as far as this extension looks into it. */
export interface LockstepConfiguration {
  type: string;
  name: string;
  request: string;
  noDebug?: boolean;
  program?: string;
  job?: string;
  nodes?: number;
  cluster?: string;
  step?: StepMode;
  [attribute: string]: unknown;
}

/** What stands in for absent attributes. */
export interface ConfigurationDefaults {
  /** Path of the program in the active editor, where it is one. */
  activeProgram?: string;
  /** `lockstep.nodes` */
  nodes?: number;
  /** Chosen with "Select Cluster". */
  cluster?: string;
  /** `lockstep.debug.step` */
  step: StepMode;
}

/**
 * What F5 means without a launch configuration: debug the program in the editor; undefined where there is none.
 * `configuration` is what VS Code hands over: empty, or with `noDebug`.
 */
export function configurationOfEditor(
  configuration: Partial<LockstepConfiguration>,
  activeProgram: string | undefined,
): LockstepConfiguration | undefined {
  if (configuration.type && configuration.request) return configuration as LockstepConfiguration;
  if (!activeProgram) return undefined;
  return { ...configuration, ...launchOf(activeProgram) };
}

/** The launch configuration that the Run and Debug buttons use. */
export function launchOf(program: string): LockstepConfiguration {
  return { type: 'lockstep', request: 'launch', name: fileName(program), program };
}

/** Fills in what a launch or attach configuration leaves open. */
export function completeConfiguration(
  configuration: LockstepConfiguration,
  defaults: ConfigurationDefaults,
): LockstepConfiguration {
  const complete = { ...configuration, step: configuration.step ?? defaults.step };
  if (configuration.request !== 'launch') return complete;
  if (!complete.program && defaults.activeProgram) complete.program = defaults.activeProgram;
  // A number chosen for a cluster of its own should not be overruled by a setting for all programs.
  if (complete.nodes === undefined && !configuration.cluster && defaults.nodes !== undefined) {
    complete.nodes = defaults.nodes;
  }
  // Where the processes of mpiexec run is its own to say.
  const underMpi = configuration.mpi ?? configuration.mpiexec !== undefined;
  if (!complete.cluster && defaults.cluster && !underMpi) complete.cluster = defaults.cluster;
  return complete;
}

/** Why a configuration cannot be started, in a sentence; undefined where it can. */
export function problemOf(configuration: LockstepConfiguration): string | undefined {
  const { request, program, nodes } = configuration;
  if (request !== 'launch' && request !== 'attach') {
    return `"request" is "${request}"; it must be "launch" or "attach".`;
  }
  if (request === 'attach') return undefined;
  if (!program) return '"program" is missing: the path of the file whose default export is spmd(...).';
  if (nodes !== undefined && (!Number.isInteger(nodes) || nodes < 1)) {
    return `"nodes" is ${String(nodes)}; it must be a whole number from 1 on.`;
  }
  return undefined;
}

/** The last part of a path of either kind. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
