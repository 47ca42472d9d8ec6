import { expr, template } from '../authoring/expression.ts';
import type { Body } from '../authoring/json.ts';
import type { ModuleStack } from '../authoring/module-stack.ts';
import { engines } from '../engines.ts';
import { tuning } from '../rotator/tuning.ts';

/** Declares the rotators that secrets use, made by default or tuned. */
export function declareRotators(module: ModuleStack): void {
  module.section('Rotators: one for each engine and strategy in use, and those that secrets name');
  module.locals({
    pairs: Object.fromEntries(
      Object.entries(engines).flatMap(([engine, { strategies }]) =>
        strategies.map((strategy): [string, Body] => [`${engine}-${strategy}`, { engine, strategy }]),
      ),
    ),
    rotator_of: expr`
      {
        for key, secret in local.secrets :
        key => secret.rotator != null ? secret.rotator : "\${secret.engine}-\${coalesce(secret.strategy, "single-user")}" if secret.rotation.enabled
      }
    `,
  });
  const names = [
    'engine',
    'strategy',
    'create_function',
    'function_arn',
    'create_permission',
    ...Object.keys(tuning),
  ];
  module.locals(
    {
      untuned: expr`
        {
          for name in [
            ${names.map((name) => `"${name}",`).join('\n')}
          ] : name => null
        }
      `,
      rotators: expr`
        {
          for name in distinct(values(local.rotator_of)) :
          name => contains(keys(var.rotators), name) ? var.rotators[name] : local.untuned
        }
      `,
    },
    'What is not tuned is left to the defaults of the module.',
  );
  module.module(
    'rotator',
    './modules/rotator',
    {
      region: expr`var.region`,
      name: template`\${var.name}-\${each.key}`,
      engine: expr`try(coalesce(each.value.engine), local.pairs[each.key].engine)`,
      strategy: expr`try(coalesce(each.value.strategy), local.pairs[each.key].strategy, null)`,
      secrets: expr`
        {
          for key, rotator in local.rotator_of : key => {
            arn                     = module.secret[key].arn
            kms_key_id              = local.kms_key_ids[key]
            admin_secret_arn        = local.secrets[key].admin_secret_arn
            admin_secret_kms_key_id = local.secrets[key].admin_secret_kms_key_id
          } if rotator == each.key
        }
      `,
      network: expr`
        var.network == null ? null : {
          vpc_id             = var.network.vpc_id
          subnet_ids         = var.network.subnet_ids
          security_group_ids = var.network.security_group_ids
          egress             = local.egress
        }
      `,
      secrets_manager_endpoint: expr`
        local.create_endpoint ? one(module.endpoint[*].url) : try(var.network.secrets_manager_endpoint, null)
      `,
      ...Object.fromEntries(names.slice(2).map((name): [string, string] => [name, `\${each.value.${name}}`])),
      tags: expr`var.tags`,
    },
    { forEach: expr`local.rotators` },
  );
}
