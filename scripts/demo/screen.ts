import { styleText } from 'node:util';

/** Colours that the demo uses. */
export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Lines that stay and, in a terminal, one line below them that tells what goes on now. */
export class Screen {
  /** Whether there is a person to look at it while it happens. */
  readonly live: boolean;
  readonly #out: NodeJS.WriteStream;
  readonly #timer: NodeJS.Timeout | undefined;
  #status: (() => string) | undefined;
  #frame = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.live = out.isTTY === true && process.env.TERM !== 'dumb';
    if (this.live) this.#timer = setInterval(() => this.#drawStatus(), 100).unref();
    // A reader that went away (`make demo | head`) is no reason to leave a server behind.
    out.on('error', () => {});
  }

  /** Writes a line that stays. */
  line(text = ''): void {
    this.#clearStatus();
    this.#out.write(`${text}\n`);
    this.#drawStatus();
  }

  /** What the lowest line tells from now on, asked anew for each frame; only terminals show it. */
  status(text: (() => string) | undefined): void {
    this.#status = text;
    this.#clearStatus();
    this.#drawStatus();
  }

  /** Colours a text, unless the output is no terminal or `NO_COLOR` is set. */
  paint(colour: Colour, text: string): string {
    return styleText(colour, text, { stream: this.#out });
  }

  /** Takes the status away for good. */
  close(): void {
    clearInterval(this.#timer);
    this.status(undefined);
  }

  #drawStatus(): void {
    if (!this.live || this.#status === undefined) return;
    this.#frame = (this.#frame + 1) % spinner.length;
    // A line that wrapped could not be taken back with a carriage return.
    const text = `${spinner[this.#frame]} ${this.#status()}`.slice(0, Math.max(this.#out.columns - 1, 10));
    this.#out.write(`\r\u001b[K${this.paint('cyan', text)}`);
  }

  #clearStatus(): void {
    if (this.live) this.#out.write('\r\u001b[K');
  }
}
