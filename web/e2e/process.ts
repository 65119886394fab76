import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** The program under test. */
export const binary = resolve(process.env.SLUICE_BINARY ?? join(import.meta.dirname, '../../bin/sluice'));

/** A started process, whose output is read as it comes. */
export class Process {
  output = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();

  constructor(args: string[], program = binary) {
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (chunk: Buffer) => {
      this.output += chunk.toString();
      for (const wake of this.waiting) wake();
    };
    this.child.stdout?.on('data', take);
    this.child.stderr?.on('data', take);
    this.child.on('exit', () => take(Buffer.from('\nthe process has ended\n')));
  }

  /** Waits until the output matches, and returns the match. */
  async said(pattern: RegExp, milliseconds = 30_000): Promise<RegExpMatchArray> {
    return new Promise((done, fail) => {
      const look = () => {
        const match = this.output.match(pattern);
        if (!match && this.child.exitCode === null) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        if (match) done(match);
        else fail(new Error(`ended before it said ${pattern}: ${this.output}`));
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        fail(new Error(`did not say ${pattern} in time: ${this.output}`));
      }, milliseconds);
      this.waiting.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGINT');
    await ended;
  }
}

/** Runs a command of the program to its end and returns what it printed. */
export async function sluice(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(binary, args, { env: { ...process.env, ...env } });
  return stdout;
}

/** A folder that goes when the test is over. */
export class Folder {
  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'sluice-e2e-')));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Runs SQL statements on the database of a running server, to put more into it than could be made to happen in time. */
export async function seed(data: string, statements: string): Promise<void> {
  const running = promisify(execFile)('go', ['run', './web/e2e/seed', join(data, 'sluice.db')], { cwd: resolve(import.meta.dirname, '../..') });
  running.child.stdin?.end(statements);
  await running;
}
