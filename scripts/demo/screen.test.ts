import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Screen } from './screen.ts';

/** A stream that keeps what is written, and looks like a terminal or not. */
function stream(isTTY: boolean): NodeJS.WriteStream & { text(): string } {
  const through = new PassThrough();
  const chunks: string[] = [];
  through.on('data', (chunk) => chunks.push(String(chunk)));
  const terminal = { isTTY, columns: 20, getColorDepth: WriteStream.prototype.getColorDepth };
  return Object.assign(through, terminal, { text: () => chunks.join('') }) as never;
}

describe('a screen', () => {
  afterEach(() => void vi.unstubAllEnvs());

  test('writes plain lines and no status when it is no terminal', () => {
    const out = stream(false);
    const screen = new Screen(out);

    screen.status(() => 'working');
    screen.line(screen.paint('green', 'done'));
    screen.close();

    expect(out.text()).toBe('done\n');
  });

  test('shows a status below the lines of a terminal, cut to its width, and takes it away', () => {
    vi.stubEnv('TERM', 'xterm-256color');
    const out = stream(true);
    const screen = new Screen(out);

    screen.status(() => 'working on something long');
    screen.line('a line');
    screen.close();

    expect(out.text()).toContain('working on something'.slice(0, 17));
    expect(out.text()).not.toContain('something long');
    expect(out.text()).toContain('\r\u001b[Ka line\n');
    expect(out.text().endsWith('\r\u001b[K')).toBe(true);
  });

  test('has no colours with NO_COLOR', () => {
    // Node takes a build server's terminal for one without colours.
    vi.stubEnv('CI', undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv('NO_COLOR', undefined);
    const screen = new Screen(stream(true));
    const coloured = screen.paint('green', 'done');

    vi.stubEnv('NO_COLOR', '1');
    const plain = screen.paint('green', 'done');
    screen.close();

    expect(coloured).toBe('\u001b[32mdone\u001b[39m');
    expect(plain).toBe('done');
  });
});
