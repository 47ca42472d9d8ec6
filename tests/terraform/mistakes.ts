/** A configuration that is refused, and what is said. */
export interface Mistake {
  readonly mistake: string;
  /**
   * Folder of the module under the root, empty for the root module; `schedules` for one that shares a call of the root
   * module with the others.
   */
  readonly module:
    | ''
    | 'schedules'
    | '/modules/secret'
    | '/modules/rotator'
    | '/modules/endpoint'
    | '/modules/notifications';
  /** Arguments of the call; of a schedule, the entry of `secrets`. */
  readonly settings: string;
  /** The beginning or heart of the message. */
  readonly message: string;
}

const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf';

/** A mistake in a secret in the root module. Messages name the secret, whose key is that of no other case. */
function ofSecret(mistake: string, attributes: string, message: string): Mistake {
  const key = mistake.replaceAll(' ', '-');
  return {
    mistake,
    module: '',
    settings: `  name    = "case"\n  secrets = { "${key}" = { name = "a", ${attributes} } }`,
    message: message.replace('KEY', key),
  };
}

/** A mistake in a secret and the rotator that it names. Messages name the secret, whose key is that of no other case. */
function ofNamingSecret(mistake: string, attributes: string, rotator: string, message: string): Mistake {
  const key = mistake.replaceAll(' ', '-');
  return {
    mistake,
    module: '',
    settings: `  name     = "case"\n  rotators = { mine = { ${rotator} } }\n  secrets  = { "${key}" = { name = "a", rotator = "mine", ${attributes} } }`,
    message: message.replace('KEY', key),
  };
}

/** A mistake in a schedule, whose message names the secret too. */
function ofSchedule(mistake: string, rotation: string, message: string): Mistake {
  const key = mistake.replaceAll(' ', '-');
  return {
    mistake,
    module: 'schedules',
    settings: `    "${key}" = { name = "a", engine = "postgres", rotation = { ${rotation} } }`,
    message: message.replace('KEY', key),
  };
}

const ofSecretModule = (mistake: string, settings: string, message: string): Mistake => ({
  mistake,
  module: '/modules/secret',
  settings,
  message,
});

function ofAdopted(attribute: string): Mistake {
  const name = attribute.split(' ')[0];
  return ofSecretModule(
    `an adopted secret with ${name}`,
    `create = false\narn = "${ADMIN}"\n${attribute}`,
    `policy and tags: remove ${name}, or set create = true`,
  );
}

const ofRotator = (mistake: string, settings: string, message: string): Mistake => ({
  mistake,
  module: '/modules/rotator',
  settings: `  name = "case"\n  secrets = {}\n${settings}`,
  message,
});

const ofNotifications = (mistake: string, settings: string, message: string): Mistake => ({
  mistake,
  module: '/modules/notifications',
  settings: `  name = "case"\n  secret_arns = {}\n${settings}`,
  message,
});

const POSTGRES = 'engine = "postgres"\nstrategy = "single-user"';

const STRATEGIES =
  'A secret that is rotated needs an engine and a strategy that the engine has, or the rotator of your own: ' +
  'postgres has single-user and alternating-users; mysql has single-user, alternating-users and dual-password; ' +
  'mariadb has single-user and alternating-users.';

/** Every rule of the modules, broken once. */
export const mistakes: readonly Mistake[] = [
  ofSecretModule(
    'a name beside a prefix',
    'name = "a"\nname_prefix = "a"',
    'Give exactly one of name and name_prefix',
  ),
  ofSecretModule('a name with a space', 'name = "a b"', 'name must be 1 to 512 letters'),
  ofSecretModule(
    'an ARN of a secret to create',
    `arn = "${ADMIN}"\nname = "a"`,
    'Give either create = false and the arn',
  ),
  ofSecretModule(
    'a partial ARN',
    'create = false\narn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"',
    'arn must be the full ARN',
  ),
  ofSecretModule(
    'a value for an adopted secret',
    `create = false\narn = "${ADMIN}"\ncreate_initial_value = true`,
    'policy and tags: remove create_initial_value, or set create = true',
  ),
  ofAdopted('name = "a"'),
  ofAdopted('name_prefix = "a"'),
  ofAdopted('description = "a"'),
  ofAdopted('recovery_window_in_days = 7'),
  ofAdopted('replicas = { us-east-1 = {} }'),
  ofAdopted('force_overwrite_replica_secret = true'),
  ofAdopted('policy_statements = { a = { actions = ["*"], principals = [] } }'),
  ofAdopted('block_public_policy = false'),
  ofAdopted('username = "u"'),
  ofAdopted('hosts = ["h:1"]'),
  ofAdopted('tags = { a = "b" }'),
  ofSecretModule(
    'an adopted secret with a managed user',
    `create = false\narn = "${ADMIN}"\nmanage_user = true\nadmin_secret_arn = "${ADMIN}"\nengine = "postgres"\ngrant_roles = ["r"]\nconnection = { host = "h", username = "u" }`,
    'policy and tags: remove connection, grant_roles, manage_user, or set create = true',
  ),
  ofSecretModule(
    'an alias of a key',
    'name = "a"\nkms_key_id = "alias/a"',
    'kms_key_id must be the ARN of a key, since',
  ),
  ofSecretModule(
    'a recovery window of 3 days',
    'name = "a"\nrecovery_window_in_days = 3',
    'recovery_window_in_days must be 0 or 7 to 30',
  ),
  ofSecretModule(
    'a replica where the secret is',
    'name = "a"\nreplicas = { eu-west-1 = {} }',
    'replicas names eu-west-1, where the secret itself is',
  ),
  ofSecretModule(
    'a key of another region than the replica',
    'name = "a"\nreplicas = { us-east-1 = { kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/a" } }',
    'kms_key_id of a replica must be the ARN of a key in the region',
  ),
  ofSecretModule(
    'a connection beside a value',
    `name = "a"\nengine = "postgres"\nmanage_user = true\nadmin_secret_arn = "${ADMIN}"\ncreate_initial_value = true\ninitial_value = "x"\nconnection = { host = "h", username = "u" }`,
    'Give connection (the first rotation makes the password) or create_initial_value, not both',
  ),
  ofSecretModule(
    'a connection that nobody may complete',
    'name = "a"\nengine = "postgres"\nconnection = { host = "h", username = "u" }',
    'A value from connection has no password',
  ),
  ofSecretModule(
    'manage_user without an admin',
    'name = "a"\nusername = "u"\nmanage_user = true',
    'manage_user needs admin_secret_arn and a username',
  ),
  ofSecretModule(
    'an admin secret by name',
    'name = "a"\nadmin_secret_arn = "admin"',
    'admin_secret_arn must be the full ARN',
  ),
  ofSecretModule(
    'a username that no tag holds',
    'name = "a"\nusername = "u*"',
    'The username is pinned in a tag',
  ),
  ofSecretModule('a host without a port', 'name = "a"\nhosts = ["h"]', 'hosts must be "host:port" each'),
  ofSecretModule(
    'roles that nobody grants',
    'name = "a"\ngrant_roles = ["r"]',
    'grant_roles needs manage_user = true',
  ),
  ofSecretModule(
    'more roles than a tag holds',
    `name = "a"\nusername = "u"\nmanage_user = true\nadmin_secret_arn = "${ADMIN}"\ngrant_roles = [for n in range(60) : "role\${n}"]`,
    'grant_roles must fit a tag',
  ),
  ofSecretModule(
    'a pin among the tags',
    'name = "a"\ntags = { "rotating-secret:username" = "u" }',
    'Tags under "rotating-secret:" pin',
  ),
  ofSecretModule(
    'a host too long for a tag',
    `name = "a"\nengine = "postgres"\nmanage_user = true\nadmin_secret_arn = "${ADMIN}"\nconnection = { host = "${'h'.repeat(260)}", username = "u" }`,
    'The host and port of the connection must fit a tag',
  ),

  ofSecret('an engine that there is none of', 'engine = "oracle"', `${STRATEGIES} Not so: KEY.`),
  ofSecret('no engine', 'strategy = "single-user"', `${STRATEGIES} Not so: KEY.`),
  ...['postgres', 'mariadb'].map((engine) =>
    ofSecret(
      `two passwords with ${engine}`,
      `engine = "${engine}", strategy = "dual-password"`,
      `${STRATEGIES} Not so: KEY.`,
    ),
  ),
  ofSecret(
    'alternating users without an admin',
    'engine = "mysql", strategy = "alternating-users"',
    'With alternating-users an admin makes the second user and sets its password: give admin_secret_arn. Not so: KEY.',
  ),
  ofSecret(
    "an alias of the key of an admin's secret",
    `engine = "postgres", admin_secret_arn = "${ADMIN}", admin_secret_kms_key_id = "alias/x"`,
    'admin_secret_kms_key_id must be the full ARN of a key, since IAM policies need it: arn:aws:kms:REGION:ACCOUNT:key/ID. Not so: KEY.',
  ),
  ofSecret(
    'a rotator that there is none of',
    'engine = "postgres", rotator = "mine"',
    'A secret names a rotator that is not in rotators: KEY',
  ),
  ...['engine = "mysql"', 'strategy = "single-user"'].map((attribute) =>
    ofNamingSecret(
      `a rotator of another ${attribute.split(' ')[0]}`,
      `${attribute}, admin_secret_arn = "${ADMIN}"`,
      'engine = "postgres", strategy = "alternating-users"',
      'A secret and the rotator that it names must not differ in engine or strategy: leave these out of the secret, or name a rotator that has them. Not so: KEY.',
    ),
  ),
  ofNamingSecret(
    'a rotator with alternating users without an admin',
    'engine = "mariadb"',
    'engine = "mariadb", strategy = "alternating-users"',
    'A rotator with alternating-users needs an admin, who makes the second user and sets its password: give admin_secret_arn to its secrets. Not so: KEY.',
  ),
  {
    mistake: 'rotators of other engines and strategies than their keys say',
    module: '',
    settings: `rotators = {
      mariadb-single-user  = { engine = "custom" }
      mysql-dual-password  = { engine = "mysql", strategy = "dual-password" }
      mysql-single-user    = { engine = "postgres" }
      postgres-single-user = { strategy = "alternating-users" }
    }`,
    message:
      'A rotator whose key is an engine and strategy has these: leave engine and strategy out, or give it a key of your own. Not so: mariadb-single-user, mysql-single-user, postgres-single-user.',
  },
  {
    mistake: 'a first value of no secret',
    module: '',
    settings: 'initial_values = { a = "x" }',
    message: 'Keys of initial_values must be keys of secrets',
  },
  {
    mistake: 'a first value that is not asked for',
    module: '',
    settings: 'secrets = { a = { name = "a", engine = "postgres" } }\n  initial_values = { a = "x" }',
    message: 'A secret with a value in initial_values needs create_initial_value = true',
  },
  {
    mistake: 'a key with a slash',
    module: '',
    settings: 'secrets = { "a/b" = { name = "a", engine = "postgres" } }',
    message: 'Keys of secrets must be 1 to 64',
  },
  {
    mistake: 'a long name',
    module: '',
    settings: `name = "${'n'.repeat(23)}"`,
    message: 'name must be 1 to 22 letters',
  },
  {
    mistake: 'a rotator without an engine',
    module: '',
    settings: 'rotators = { mine = {} }',
    message: 'A rotator needs an engine (postgres, mysql, mariadb, custom)',
  },
  {
    mistake: 'a long key of a rotator',
    module: '',
    settings: `rotators = { ${'r'.repeat(27)} = { engine = "custom" } }`,
    message: 'Keys of rotators must be 1 to 26 letters',
  },
  {
    mistake: 'a VPC without a way to the API',
    module: '',
    settings: 'network = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"] }',
    message: 'The functions stand in a VPC without a way to Secrets Manager',
  },

  ofSecret(
    'two schedules',
    'engine = "postgres", rotation = { automatically_after_days = 3, schedule_expression = "rate(3 days)" }',
    'Give one of automatically_after_days and schedule_expression. Not so: KEY',
  ),
  ofSchedule(
    '1001 days',
    'automatically_after_days = 1001',
    'automatically_after_days of KEY must be 1 to 1000',
  ),
  ofSchedule(
    'a rate in minutes',
    'schedule_expression = "rate(5 minutes)"',
    'schedule_expression of KEY must be rate(N days)',
  ),
  ofSchedule(
    'a rate of 1000 days',
    'schedule_expression = "rate(1000 days)"',
    'schedule_expression of KEY must be rate(999 days) at most',
  ),
  ofSchedule(
    'a rate of 3 hours',
    'schedule_expression = "rate(3 hours)"',
    'schedule_expression of KEY must leave 4 hours between',
  ),
  ofSchedule(
    'cron with five fields',
    'schedule_expression = "cron(0 8 * * ?)"',
    'schedule_expression of KEY must have six fields',
  ),
  ofSchedule(
    'cron with minutes',
    'schedule_expression = "cron(30 8 1 * ? *)"',
    'schedule_expression of KEY must have six fields',
  ),
  ofSchedule(
    'cron with two days',
    'schedule_expression = "cron(0 8 1 * 1 *)"',
    'schedule_expression of KEY must have six fields',
  ),
  ofSchedule(
    'cron with a year',
    'schedule_expression = "cron(0 8 1 * ? 2030)"',
    'schedule_expression of KEY must have six fields',
  ),
  ofSchedule(
    'cron every hour',
    'schedule_expression = "cron(0 * 1 * ? *)"',
    'schedule_expression of KEY must leave 4 hours between',
  ),
  ofSchedule(
    'cron at 23 and 1',
    'schedule_expression = "cron(0 1,23 * * ? *)"',
    'schedule_expression of KEY must leave 4 hours between',
  ),
  ofSchedule(
    'a duration in minutes',
    'automatically_after_days = 3, duration = "90m"',
    'duration of KEY must be 1h to 24h',
  ),
  ofSchedule(
    'a window over midnight',
    'schedule_expression = "cron(0 22 1 * ? *)", duration = "3h"',
    'The window of KEY must close before',
  ),
  ofSchedule(
    'a window over the next',
    'schedule_expression = "rate(4 hours)", duration = "5h"',
    'The window of KEY must close before',
  ),

  ofRotator(
    'an unknown engine',
    'engine = "oracle"',
    'engine must be one of postgres, mysql, mariadb, custom',
  ),
  ofRotator(
    'no strategy',
    'engine = "mysql"',
    'strategy must be one that mysql has: single-user, alternating-users, dual-password.',
  ),
  ...['postgres', 'mariadb'].map((engine) =>
    ofRotator(
      `a function for two passwords with ${engine}`,
      `engine = "${engine}"\nstrategy = "dual-password"`,
      `strategy must be one that ${engine} has: single-user, alternating-users.`,
    ),
  ),
  {
    mistake: 'a long name of a function',
    module: '/modules/rotator',
    settings: `secrets = {}\nname = "${'n'.repeat(50)}"\n${POSTGRES}`,
    message: 'name must be 1 to 49 letters',
  },
  {
    mistake: 'more than 200 secrets for a rotator',
    module: '/modules/rotator',
    settings: `name = "case"\n${POSTGRES}\nsecrets = { for n in range(201) : n => { arn = "arn:\${n}" } }`,
    message: 'and fewer with names of more than 50 characters, since a role may have 10 managed policies',
  },
  {
    mistake: 'more secrets with keys of their own than the policies of a role hold',
    module: '/modules/rotator',
    settings: `name = "case"\n${POSTGRES}\nsecrets = { for n in range(200) : n => { arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:production/%03d-AbCdEf", n), kms_key_id = format("arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555%03d", n), admin_secret_arn = format("arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin/%03d-AbCdEf", n) } }`,
    message:
      'The ARNs of 20 secrets, their admin secrets and keys exceed the 6144 characters of a managed policy. A rotator takes 200 secrets that share a key and an admin, 80 that share neither',
  },
  {
    mistake: 'aliases of keys of the secrets of a rotator',
    module: '/modules/rotator',
    settings: `name = "case"\n${POSTGRES}\nsecrets = { a = { arn = "${ADMIN}", kms_key_id = "alias/x" }, b = { arn = "${ADMIN}", admin_secret_kms_key_id = "alias/x" } }`,
    message:
      'kms_key_id and admin_secret_kms_key_id must be ARNs of keys, since IAM policies need them: arn:aws:kms:REGION:ACCOUNT:key/ID. Not so: a, b.',
  },
  ofRotator(
    'a function that is given and created',
    `${POSTGRES}\nfunction_arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"`,
    'Give either create_function = false',
  ),
  ofRotator('a custom rotator without code', 'engine = "custom"', 'A custom rotator needs code'),
  ofRotator(
    'two zips',
    `${POSTGRES}\nlocal_existing_package = "./repository/bundles/postgres.zip"\ns3_existing_package = { bucket = "b", key = "k" }`,
    'Give one of local_existing_package',
  ),
  ofRotator(
    'two architectures',
    `${POSTGRES}\narchitectures = ["arm64", "x86_64"]`,
    'architectures must be ["arm64"] or',
  ),
  ofRotator('too little memory', `${POSTGRES}\nmemory_size = 64`, 'memory_size must be 128 to 10240'),
  ofRotator('a time-out of 3 seconds', `${POSTGRES}\ntimeout = 3`, 'timeout must be 10 to 900 seconds'),
  ofRotator(
    'a password of 5000 characters',
    `${POSTGRES}\npassword = { length = 5000 }`,
    'length of password must be 1 to 4096',
  ),
  ofRotator(
    'an unknown source of passwords',
    `${POSTGRES}\npassword = { source = "dice" }`,
    'source of password must be',
  ),
  ofRotator('an unknown tracing mode', `${POSTGRES}\ntracing_mode = "On"`, 'tracing_mode must be'),
  {
    mistake: 'a statement for each of 51 secrets',
    module: '/modules/rotator',
    settings: `name = "case"\n${POSTGRES}\npermission_source_arn = true\nsecrets = { for n in range(51) : n => { arn = "arn:\${n}" } }`,
    message: 'permission_source_arn writes a statement for each secret',
  },
  ofRotator(
    'an endpoint that is no URL',
    `${POSTGRES}\nsecrets_manager_endpoint = "vpce-1"`,
    'secrets_manager_endpoint must be a URL',
  ),
  ofRotator(
    'a VPC without subnets',
    `${POSTGRES}\nnetwork = { vpc_id = "vpc-1", subnet_ids = [] }`,
    'network needs subnet_ids',
  ),
  ofRotator(
    'egress to nowhere',
    `${POSTGRES}\nnetwork = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], egress = { a = { port = 1 } } }`,
    'Each entry of egress must say one of',
  ),
  ofRotator(
    'an ingress rule on addresses',
    `${POSTGRES}\nnetwork = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], egress = { a = { port = 1, cidr_ipv4 = "10.0.0.0/8", create_ingress_rule = true } } }`,
    'create_ingress_rule opens a security group',
  ),
  ofRotator(
    'a large environment',
    `${POSTGRES}\nenvironment_variables = { A = "${'x'.repeat(4100)}" }`,
    'The environment of a function holds 4096 characters',
  ),

  {
    mistake: 'a client that is nobody',
    module: '/modules/endpoint',
    settings: 'name = "case"\nvpc_id = "vpc-1"\nsubnet_ids = ["subnet-1"]\nclients = { a = {} }',
    message: 'Each client must say one of security_group_id and cidr_ipv4',
  },
  {
    mistake: 'more secrets than the policy of an endpoint holds',
    module: '/modules/endpoint',
    settings: `name = "case"\nvpc_id = "vpc-1"\nsubnet_ids = ["subnet-1"]\nsecret_arns = [for n in range(300) : "arn:aws:secretsmanager:eu-west-1:123456789012:secret:some/long/name/\${n}-AbCdEf"]`,
    message: 'The ARNs of the secrets exceed the 20480 characters',
  },

  ofNotifications(
    'an unknown type of target',
    'failure_targets = { a = { type = "fax", arn = "a" } }',
    'type of a target must be one of',
  ),
  ofNotifications(
    'a queue whose policy nobody decided on',
    'success_targets = { a = { type = "sqs", arn = "arn:aws:sqs:eu-west-1:123456789012:q" } }',
    'create_policy of a topic or queue must be said',
  ),
  ...['failure_targets', 'success_targets'].flatMap((targets) => [
    ofNotifications(
      `a name with a space in ${targets}`,
      `${targets} = { "a b" = { type = "lambda", arn = "arn:aws:lambda:eu-west-1:123456789012:function:f" } }`,
      `Keys of ${targets} must be 1 to 40 letters`,
    ),
    ofNotifications(
      `a FIFO queue in ${targets}`,
      `${targets} = { a = { type = "sqs", arn = "arn:aws:sqs:eu-west-1:123456789012:q.fifo", create_policy = false } }`,
      `A queue in ${targets} must not be FIFO`,
    ),
  ]),
  ofNotifications(
    'six targets',
    'failure_targets = { for n in range(6) : n => { type = "lambda", arn = "arn:aws:lambda:eu-west-1:123456789012:function:f" } }',
    'An EventBridge rule has 5 targets',
  ),
  ofNotifications(
    'addresses without a topic',
    'topic_email_addresses = ["a@example.com"]',
    'topic_email_addresses subscribe to the created topic',
  ),
  ofNotifications(
    'a key without a topic',
    'create_topic_kms_key = true',
    'create_topic_kms_key needs create_topic',
  ),
  ofNotifications(
    'a key that EventBridge may not use',
    'create_topic = true\ntopic_kms_key_id = "alias/aws/sns"',
    'EventBridge may not use alias/aws/sns',
  ),
];
