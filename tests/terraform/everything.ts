import { call } from './calls.ts';
import { type ShownResource, Workspace } from './workspace.ts';

/** The account that everything is in. */
export const ACCOUNT = '123456789012';

/** What the configuration names; none of it is the module's own. */
export const given = {
  key: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-1111-1111-1111-111111111111`,
  replicaKey: `arn:aws:kms:us-west-2:${ACCOUNT}:key/22222222-2222-2222-2222-222222222222`,
  logKey: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/33333333-3333-3333-3333-333333333333`,
  layer: `arn:aws:lambda:eu-west-1:${ACCOUNT}:layer:certificates:7`,
  codeSigning: `arn:aws:lambda:eu-west-1:${ACCOUNT}:code-signing-config:csc-0123456789abcdef0`,
  boundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  ownFunction: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:mine`,
  reader: 'arn:aws:iam::210987654321:role/reports',
  topic: `arn:aws:sns:eu-west-1:${ACCOUNT}:on-success`,
  queue: `arn:aws:sqs:eu-west-1:${ACCOUNT}:on-failure`,
  undelivered: `arn:aws:sqs:eu-west-1:${ACCOUNT}:undelivered`,
  function: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:on-failure`,
  apiDestination: `arn:aws:events:eu-west-1:${ACCOUNT}:api-destination/pager/11111111-2222-3333-4444-555555555555`,
  bus: `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/ops`,
} as const;

const settings = `
  name = "acme"

  secrets = {
    orders = {
      name                           = "orders"
      engine                         = "postgres"
      kms_key_id                     = "${given.key}"
      replicas                       = { us-west-2 = { kms_key_id = "${given.replicaKey}" }, eu-central-1 = {} }
      force_overwrite_replica_secret = true
      policy_statements = {
        LetReportsRead = {
          principals = [{ type = "AWS", identifiers = ["${given.reader}"] }]
          actions    = ["secretsmanager:GetSecretValue"]
        }
        RefuseDeletion = {
          effect     = "Deny"
          principals = [{ type = "AWS", identifiers = ["*"] }]
          actions    = ["secretsmanager:DeleteSecret"]
          conditions = [{ test = "StringNotEquals", variable = "aws:PrincipalTag/team", values = ["security"] }]
        }
      }
    }
    stock = {
      name                = "stock"
      rotator             = "mine"
      block_public_policy = false
      policy_statements = {
        LetReportsRead = {
          principals = [{ type = "AWS", identifiers = ["${given.reader}"] }]
          actions    = ["secretsmanager:GetSecretValue"]
        }
      }
    }
  }

  rotators = {
    mine = { engine = "custom", create_function = false, function_arn = "${given.ownFunction}" }

    postgres-single-user = {
      description                       = "Rotates what is dear to us"
      s3_existing_package               = { bucket = "artifacts", key = "postgres.zip", version_id = "v7", source_code_hash = "aGFzaA==" }
      handler                           = "wrapper.handler"
      runtime                           = "nodejs22.x"
      architectures                     = ["x86_64"]
      memory_size                       = 512
      timeout                           = 120
      environment_variables             = { CA_BUNDLE = "/opt/ca.pem" }
      password                          = { length = 48, exclude_characters = "/@", exclude_numbers = true, exclude_punctuation = false, exclude_uppercase = false, exclude_lowercase = true, require_each_included_type = false, source = "secretsmanager" }
      layers                            = ["${given.layer}"]
      reserved_concurrent_executions    = 5
      tracing_mode                      = "PassThrough"
      code_signing_config_arn           = "${given.codeSigning}"
      cloudwatch_logs_retention_in_days = 400
      cloudwatch_logs_kms_key_id        = "${given.logKey}"
      role_path                         = "/rotation/"
      role_permissions_boundary         = "${given.boundary}"
    }
  }

  network = {
    vpc_id                       = "vpc-1"
    subnet_ids                   = ["subnet-1"]
    create_endpoint              = true
    endpoint_private_dns_enabled = true
  }

  notifications = {
    failure_targets = {
      queue    = { type = "sqs", arn = "${given.queue}", create_policy = true, maximum_event_age_in_seconds = 600, maximum_retry_attempts = 3 }
      function = { type = "lambda", arn = "${given.function}", dead_letter_queue_arn = "${given.undelivered}" }
      pager    = { type = "api-destination", arn = "${given.apiDestination}" }
      bus      = { type = "event-bus", arn = "${given.bus}" }
    }
    success_targets          = { topic = { type = "sns", arn = "${given.topic}", create_policy = true } }
    trailed_success          = true
    create_topic             = true
    create_topic_kms_key     = true
    create_dead_letter_queue = true
    create_trail             = true
    trail_retention_in_days  = 30
  }
`;

/** One call of the root module with all that can be set, applied. */
export class Everything implements AsyncDisposable {
  readonly #workspace: Workspace;
  readonly #resources: readonly ShownResource[];
  /** The outputs of the root module. */
  readonly outputs: Readonly<Record<string, unknown>>;

  private constructor(
    workspace: Workspace,
    resources: readonly ShownResource[],
    outputs: Everything['outputs'],
  ) {
    this.#workspace = workspace;
    this.#resources = resources;
    this.outputs = outputs;
  }

  /** Applies the call in a workspace of its own. */
  static async apply(): Promise<Everything> {
    const workspace = await Workspace.create();
    await workspace.configure(
      `provider "aws" {\n  region = "eu-west-1"\n}\n\n${call(settings)}\n\noutput "all" {\n  value = module.rotating_secret\n}`,
    );
    await workspace.apply();
    const { all } = await workspace.outputs();
    return new Everything(workspace, await workspace.resources(), all as Everything['outputs']);
  }

  /** The values of the one managed resource whose address ends so. */
  one(addressEnd: string): ShownResource['values'] {
    const [found, ...more] = this.#resources.filter(
      ({ address, mode }) => mode === 'managed' && address.endsWith(`.${addressEnd}`),
    );
    if (found === undefined || more.length > 0)
      throw new Error(`Expected one ${addressEnd}, found ${found === undefined ? 0 : 1 + more.length}`);
    return found.values;
  }

  /** The keys of all managed resources of a type, at the end of their addresses. */
  keys(type: string): readonly string[] {
    return this.#resources
      .filter((resource) => resource.type === type && resource.mode === 'managed')
      .map(({ address }) => /\["([^"]+)"\]$/.exec(address)?.[1] ?? address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workspace[Symbol.asyncDispose]();
  }
}
