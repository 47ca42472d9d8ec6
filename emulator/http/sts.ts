import { ApiError } from '../service.ts';
import { readBody } from './body.ts';
import type { Answer, Protocol } from './protocol.ts';

const maxBodyBytes = 16 * 1024;
const contentType = 'text/xml';

/** GetCallerIdentity, with which the AWS CLI and Terraform's provider find out the account, in the query protocol. */
export function sts(account: string): Protocol {
  return {
    async answer({ message, url, context }) {
      const body = await readBody(message, maxBodyBytes);
      const action =
        new URLSearchParams(body.toString('utf8')).get('Action') ?? url.searchParams.get('Action');
      if (action !== 'GetCallerIdentity') {
        throw new ApiError(
          'InvalidAction',
          `this emulator has of STS only GetCallerIdentity, and not ${action ?? 'a call without Action'}`,
        );
      }
      const { caller, requestId } = context;
      return xml(200, [
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
        `<GetCallerIdentityResult><Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(caller.accessKeyId)}</UserId><Account>${account}</Account></GetCallerIdentityResult>`,
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
        '</GetCallerIdentityResponse>',
      ]);
    },

    renderError: renderXmlError,
  };
}

/** An error as the query protocol puts it, which clients of S3 read too. */
export function renderXmlError(error: ApiError, requestId: string): Answer {
  return xml(error.status, [
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
    `<Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error>`,
    `<RequestId>${requestId}</RequestId>`,
    '</ErrorResponse>',
  ]);
}

function xml(status: number, lines: readonly string[]): Answer {
  return { status, headers: { 'content-type': contentType }, body: `${lines.join('\n')}\n` };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
