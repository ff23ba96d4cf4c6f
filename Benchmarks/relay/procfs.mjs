// Processor time and memory of a process, from /proc (Linux).
import { readFileSync } from 'node:fs';

/** A tick of /proc/PID/stat: USER_HZ is 100 on every architecture of Linux in use. */
const TICK_MICROSECONDS = 10_000;

/** Microseconds that all threads of a process have worked, in it and in the kernel for it. */
export function processorMicroseconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** KiB of a process that are in memory. */
export function residentKiB(pid) {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return found ? Number(found[1]) : 0;
}
