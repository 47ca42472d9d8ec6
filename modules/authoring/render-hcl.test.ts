// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of Terraform are the subject here
import { parse } from '@cdktf/hcl2json';
import { describe, expect, it } from 'vitest';
import type { Block } from './declarations.ts';
import type { Body } from './json.ts';
import { renderHcl } from './render-hcl.ts';

function block(keyword: Block['keyword'], labels: string[], body: Body, rest: Partial<Block> = {}): Block {
  return { keyword, labels, body, comment: undefined, section: undefined, ...rest };
}

describe('renderHcl', () => {
  it('lays a resource out as an expert would', () => {
    const text = renderHcl([
      block(
        'resource',
        ['aws_secretsmanager_secret', 'this'],
        {
          count: '${var.create ? 1 : 0}',
          name: '${var.name}',
          kms_key_id: 'alias/${var.key}',
          lifecycle: {
            precondition: [{ condition: '${var.name != ""}', error_message: 'Give a "name".' }],
            ignore_changes: ['replica'],
          },
          tags: '${var.tags}',
          dynamic: { replica: { for_each: '${var.replicas}', content: { region: '${replica.key}' } } },
        },
        { comment: 'The secret.', section: 'Secrets' },
      ),
    ]);

    expect(text).toBe(`#${'-'.repeat(110)}
# Secrets
#${'-'.repeat(110)}

# The secret.
resource "aws_secretsmanager_secret" "this" {
  count = var.create ? 1 : 0

  name       = var.name
  kms_key_id = "alias/\${var.key}"

  tags = var.tags

  dynamic "replica" {
    for_each = var.replicas

    content {
      region = replica.key
    }
  }

  lifecycle {
    ignore_changes = [replica]

    precondition {
      condition     = var.name != ""
      error_message = "Give a \\"name\\"."
    }
  }
}
`);
  });

  it('keeps every value through a parse, strings apart from expressions', async () => {
    const values: Body = {
      text: 'quotes " \\d tab\t line\n',
      escaped: '$${not} %%{one}',
      mixed: 'a ${var.b} c',
      number: 42,
      digits: '42',
      flag: false,
      nothing: null,
      list: ['a', 1, true, null],
      empty: {},
      nested: {
        'a key': { deep: ['${var.x}'] },
        'rotating-secret:x': 'y',
        called: '${concat([1], ["}"])}',
      },
    };

    const parsed = await parse('x.tf', renderHcl([block('locals', [], values)]));

    expect(parsed).toEqual({ locals: [values] });
  });

  it('takes the default of a variable for text, and its message for a template', async () => {
    const text = renderHcl([
      block('variable', ['x'], {
        description: 'As ${x}.',
        type: 'string',
        default: '${y}',
        validation: [{ condition: '${var.x != ""}', error_message: 'Found ${var.x}.' }],
      }),
    ]);

    expect(text).toContain('default     = "$${y}"');
    expect(text).toContain('description = "As $${x}."');
    expect(text).toContain('error_message = "Found ${var.x}."');
    expect(text).toContain('type        = string');
  });
});
