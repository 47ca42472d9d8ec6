import type { Engine, LoginResult, Session } from '../../functions/core/engine.ts';
import type { SecretStore } from '../../functions/core/secret-store.ts';

/** Thrown where a process is to die; nothing in the functions catches it for what it is. */
export class Crash extends Error {
  constructor(effect: string) {
    super(`crashed at: ${effect}`);
    this.name = 'Crash';
  }
}

/**
 * Stands between a rotation and the world, counts what crosses, and can end it there. Each effect has two sides:
 * dying before it, when the world has not seen it, and after it, when the rotation has not seen the answer.
 */
export class Effects {
  readonly names: string[] = [];
  readonly #dieAt: number;
  readonly #between: () => Promise<void>;

  /**
   * @param dieAt the side of an effect at which to die, counted from 0; Infinity to live
   * @param between runs at every side: the place for what must hold at every instant
   */
  constructor(dieAt: number, between: () => Promise<void> = async () => undefined) {
    this.#dieAt = dieAt;
    this.#between = between;
  }

  async around<T>(name: string, effect: () => Promise<T>): Promise<T> {
    await this.#side(`before ${name}`);
    const result = await effect();
    await this.#side(`after ${name}`);
    return result;
  }

  async #side(name: string): Promise<void> {
    // Taken before the wait: effects may overlap.
    const position = this.names.push(name) - 1;
    await this.#between();
    if (position === this.#dieAt) throw new Crash(name);
  }

  /** A store whose every call is an effect. */
  store(store: SecretStore): SecretStore {
    return {
      describe: () => this.around('DescribeSecret', () => store.describe()),
      get: (selector) => this.around('GetSecretValue', () => store.get(selector)),
      putPending: (...call) => this.around('PutSecretValue', () => store.putPending(...call)),
      moveCurrent: (...call) => this.around('UpdateSecretVersionStage', () => store.moveCurrent(...call)),
      dropPending: (id) => this.around('removal of AWSPENDING', () => store.dropPending(id)),
      versionIds: () => this.around('ListSecretVersionIds', () => store.versionIds()),
      randomPassword: (policy) => this.around('GetRandomPassword', () => store.randomPassword(policy)),
      getOther: (arn) => this.around('GetSecretValue of the admin', () => store.getOther(arn)),
    };
  }

  /** An engine whose logins and changes are effects; the fence's own call falls between lock and commit. */
  engine(engine: Engine): Engine {
    return {
      ...engine,
      logIn: async (credentials, deadline) => {
        let opened: LoginResult | undefined;
        try {
          return await this.around(`login as ${credentials.username}`, async () => {
            opened = this.#watched(await engine.logIn(credentials, deadline));
            return opened;
          });
        } catch (error) {
          // A process that dies takes its connections with it.
          if (opened?.outcome === 'accepted') await opened.session[Symbol.asyncDispose]();
          throw error;
        }
      },
    };
  }

  #watched(result: LoginResult): LoginResult {
    if (result.outcome === 'rejected') return result;
    const { session } = result;
    const watched: Session = {
      apply: (change, fence) => this.around('the change', () => session.apply(change, fence)),
      verify: (privilegesOf) => session.verify(privilegesOf),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    };
    return { outcome: 'accepted', session: watched };
  }
}
