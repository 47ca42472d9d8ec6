import { App } from 'cdktf';
import type { ModuleStack } from './authoring/module-stack.ts';
import { EndpointModule } from './endpoint/endpoint.ts';
import { NotificationsModule } from './notifications/notifications.ts';
import { RotatingSecretModule } from './root/rotating-secret.ts';
import { RotatorModule } from './rotator/rotator.ts';
import { SecretModule } from './secret/secret.ts';

/** A module and the folder, from the root of the repository, that its generated files stand in. */
export interface GeneratedModule {
  readonly folder: string;
  /** The Markdown file that documents it, whose inputs and outputs are generated. */
  readonly document: string;
  readonly stack: ModuleStack;
}

/** Makes the app of all modules. */
export function createModules(): { readonly app: App; readonly modules: readonly GeneratedModule[] } {
  const app = new App({ stackTraces: false });
  return {
    app,
    modules: [
      { folder: '.', document: 'docs/terraform-reference.md', stack: new RotatingSecretModule(app) },
      {
        folder: 'modules/notifications',
        document: 'modules/notifications/README.md',
        stack: new NotificationsModule(app),
      },
      { folder: 'modules/endpoint', document: 'modules/endpoint/README.md', stack: new EndpointModule(app) },
      { folder: 'modules/secret', document: 'modules/secret/README.md', stack: new SecretModule(app) },
      { folder: 'modules/rotator', document: 'modules/rotator/README.md', stack: new RotatorModule(app) },
    ],
  };
}
