import type {MpiName} from '../base/launcher';

/** A constant of MPI: a number, or the address of a symbol of the library. */
type Handle = number | bigint;

/** What a library of MPI calls its constants, which its header has and its symbols do not tell. */
export interface MpiAbi {
  name: MpiName;
  /** The names of the library, by platform. */
  libraries: Partial<Record<string, string>> & {default: string};
  /** How its libraries name themselves. Those with MPICH's constants, such as Intel MPI, have names of their own. */
  version: RegExp;
  /** The C type of a handle. */
  handle: 'void*' | 'int';
  /** In place of the array to send: the values are in the array to receive. */
  inPlace: bigint;
  world: Handle | string;
  errorsReturn: Handle | string;
  types: Record<'Float32Array' | 'Float64Array' | 'Int32Array', Handle | string>;
  reductions: Record<'sum' | 'max' | 'min', Handle | string>;
}

/** The constants of each implementation; a text is the name of a symbol whose address is the constant. */
export const mpiAbi: Record<MpiName, MpiAbi> = {
  'Open MPI': {
    name: 'Open MPI',
    libraries: {default: 'libmpi.so.40', darwin: 'libmpi.40.dylib'},
    version: /^Open MPI/,
    handle: 'void*',
    inPlace: 1n,
    world: 'ompi_mpi_comm_world',
    errorsReturn: 'ompi_mpi_errors_return',
    types: {Float32Array: 'ompi_mpi_float', Float64Array: 'ompi_mpi_double', Int32Array: 'ompi_mpi_int'},
    reductions: {sum: 'ompi_mpi_op_sum', max: 'ompi_mpi_op_max', min: 'ompi_mpi_op_min'},
  },
  MPICH: {
    name: 'MPICH',
    libraries: {default: 'libmpich.so.12', darwin: 'libmpi.12.dylib'},
    version: /^(?!Open MPI)/,
    handle: 'int',
    inPlace: -1n,
    world: 0x44000000,
    errorsReturn: 0x54000001,
    types: {Float32Array: 0x4c00040a, Float64Array: 0x4c00080b, Int32Array: 0x4c000405},
    reductions: {sum: 0x58000003, max: 0x58000001, min: 0x58000002},
  },
};
