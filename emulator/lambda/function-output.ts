/** Kept of one run's output, in characters; the oldest goes first, since the end tells why a run failed. */
const keptCharacters = 64 * 1024;
/** Each brings up to 64 KiB, and a pipe holds a few times that. */
const maxTurns = 100;

/** What a function process wrote since it was last asked, stdout and stderr in the order they arrived. */
export class FunctionOutput {
  #text = '';
  #dropped = false;
  #changes = 0;

  append(text: string): void {
    this.#changes += 1;
    this.#text += text;
    if (this.#text.length <= keptCharacters) return;
    this.#text = this.#text.slice(-keptCharacters);
    this.#dropped = true;
  }

  /**
   * Returns what was written and starts anew. Output that the process wrote before the message which the caller has just
   * received may still be in its pipe, so the event loop turns until it brings nothing more.
   */
  async take(): Promise<string> {
    // The first turn may have asked the system for readable pipes before the output was written.
    await nextTurn();
    // Bounded, for a process that never stops writing.
    for (let turn = 0, seen = -1; turn < maxTurns && seen !== this.#changes; turn += 1) {
      seen = this.#changes;
      await nextTurn();
    }
    const text = this.#dropped ? `[earlier output dropped]\n${this.#text}` : this.#text;
    this.#text = '';
    this.#dropped = false;
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
