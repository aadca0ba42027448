/**
 * The command line. Exit codes: 0 the program ended well; 1 the program failed, or what it gave to `abort`; 2 the command
 * line or the program's source is wrong; 3 the cluster could not be started or was lost.
 */
import { version } from '../../package.json';
import { LockstepError } from '../protocol/errors';
import { agent } from './agent';
import { bench } from './bench';
import { dap } from './dap';
import { deploy, deployments, undeploy } from './deploy';
import { exitCodeOf } from './exitCode';
import { node } from './node';
import { nodes } from './nodes';
import { rollcall } from './rollCall';
import { run } from './run';
import { tasks } from './tasks';
import { scale } from './scale';

const help = `Lockstep ${version}: write, run and debug distributed programs.

  lockstep run <program> [options] [-- arguments of the program]
      --nodes N           number of nodes (default: as the cluster says)
      --cluster NAME      a cluster of lockstep.json
      --transport NAME    auto | shm | socket
      --mpi NAME          mpich | openmpi | auto: on the processes of that MPI's mpiexec, which is
                          started for it; the MPI library carries the messages
      --eager-limit BYTES larger messages wait for their receive (default:
                          as the cluster says, else 65536)
      --fault-tolerant    the death of a node does not end the job
      --trace FILE        records every communication operation; the file is
                          for ui.perfetto.dev
      --faults FILE       what is to go wrong on purpose: late, lost and cut off
                          messages; killed, stopped and slow nodes
      --fault-seed N      repeats what was random in an earlier run
      --journal FOLDER    keeps what has become of tasks, so that a program of tasks which
                          was killed goes on from there
      --journal-any-version
                          also from what another version of the program has left there
      --json              one JSON object a line on standard output
  mpiexec -n N lockstep node <program> [options] [-- arguments of the program]
                          the same on the N processes of an MPI launcher (mpiexec, srun), its
                          messages carried by MPICH or Open MPI
      --eager-limit BYTES as above
    LOCKSTEP_MPI_LIBRARY  "mpich", "openmpi" or a library's path (default: the launcher's)
  lockstep deploy <program> [options] [-- arguments of the program]
                          starts a service that outlives this command, or replaces it rank by rank
      --name NAME         the deployment's name (default: the file's)
      --nodes N           number of replicas (default: as the cluster says)
      --cluster NAME      a cluster of lockstep.json
      --min-in-service M  replicas that stay in service during an update (default: all)
      --health-timeout S  seconds in which a new replica must be healthy (default: 30)
      --json              one JSON object a line on standard output
  lockstep deployments [NAME] [--json | --output]
                          what is deployed, and what its replicas printed
  lockstep undeploy NAME  ends a deployment
  lockstep nodes [options]
                          machines of the lab that were found on the network
      --label NAME=VALUE  only those with this label (as often as needed)
      --watch             goes on until it is interrupted
      --wait SECONDS      how long to listen
      --add NAME          writes a machine into lockstep.json, into the
      --cluster NAME      cluster of this name (default: lab)
  lockstep agent [options]
                          announces this machine to the lab, until interrupted
      --new-token         makes the token of a lab, and ends
      --label NAME=VALUE  what the machine is told apart by
      --name NAME         its name (default: the host name)
      --ssh-host HOST, --ssh-port N, --ssh-user NAME
                          how it is reached, where that is not as usual
    of both:
      --interface NAME    the network interface (default: all)
      --token-file PATH   the lab token (default: ~/.config/lockstep/lab-token)
      --json              one JSON object a line
  lockstep rollcall [JOB] where every node of a running job is: who computes, who waits, and for
                          what; while "lockstep run" runs a program, Ctrl+\\ asks for the same
  lockstep tasks [JOB] [--json]
                          how the tasks of a running program stand: progress, what each node runs
                          and has waiting, what failed and why
  lockstep scale [JOB] N  brings a running job of tasks to N nodes, the driver's among them
  lockstep bench [start|debug|scale|metrics|p2p|collectives|crowd|tasks|trace] [--json]
                          the project's benchmarks, beside their peers; p2p also on an SSH
                          cluster (--cluster NAME), or through MPI (--library mpich|openmpi)
  lockstep dap            the debug adapter on standard input and output
  lockstep --help | --version
`;

const commands: Record<string, (args: string[]) => Promise<number>> = {
  run,
  deploy,
  deployments,
  undeploy,
  node,
  nodes,
  agent,
  rollcall,
  tasks,
  scale,
  bench,
  dap,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new LockstepError('unknownCommand', { value: name });
  return command(args);
}

// Whoever read the output has gone (`lockstep run … | head`): what runs ends with this process.
process.stdout.on('error', () => process.exit(1));

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    const error = LockstepError.from(thrown);
    process.stderr.write(`lockstep: ${error.message}\n`);
    process.exit(exitCodeOf(error));
  },
);
