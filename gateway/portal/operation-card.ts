import { curlExample } from './example.ts';
import { anchor, escapeHtml } from './html.ts';
import { needsToken, type ListedOperation, type Operation, type Parameter } from './operations.ts';
import { contentView, kindOf } from './schema-view.ts';

const accessOf = (operation: Operation): string => {
  if (!needsToken(operation)) return 'no token';
  return operation['x-access'] === undefined ? '' : `role ${operation['x-access']}`;
};

const parameterRow = ({ name, in: location, required, schema = {} }: Parameter): string =>
  `<tr><td><code>${escapeHtml(name)}</code>${required === true ? '' : ' <span class="optional">optional</span>'}</td>` +
  `<td>${escapeHtml(kindOf(schema))}</td><td class="faint">${escapeHtml(location)}</td></tr>`;

const parameterTable = (parameters: readonly Parameter[] = []): string =>
  parameters.length === 0
    ? ''
    : `<h4>Parameters</h4><table class="fields">${parameters.map(parameterRow).join('')}</table>`;

const bodyOf = ({ requestBody }: Operation): string =>
  requestBody === undefined ? '' : `<h4>Body</h4>${contentView(requestBody.content)}`;

const replies = ({ responses = {} }: Operation): string =>
  Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(
      ([status, { description, content }]) =>
        `<dt class="status-${escapeHtml(status.slice(0, 1))}"><code>${escapeHtml(status)}</code> ${escapeHtml(description)}</dt>` +
        `<dd>${contentView(content)}</dd>`,
    )
    .join('');

export const idOf = ({ method, path }: ListedOperation): string => anchor(`${method} ${path}`);

/** One operation: folded, its line; unfolded, its request and its answers. */
export const operationCard = (entry: ListedOperation): string => {
  const { method, path, operation } = entry;
  const access = accessOf(operation);
  return `
<details class="operation${operation.deprecated === true ? ' deprecated' : ''}" id="${idOf(entry)}">
  <summary><span class="method ${escapeHtml(method)}">${escapeHtml(method)}</span>
    <code class="path">${escapeHtml(path)}</code>
    <span class="what">${escapeHtml(operation.summary ?? '')}</span>
    ${access === '' ? '' : `<span class="access">${escapeHtml(access)}</span>`}</summary>
  <div class="inside">
    <div class="told">
      ${operation.description === undefined ? '' : `<p>${escapeHtml(operation.description)}</p>`}
      ${parameterTable(operation.parameters)}${bodyOf(operation)}
      <h4>Answers</h4><dl>${replies(operation)}</dl>
    </div>
    <div class="try"><h4>Try it</h4><pre class="curl">${escapeHtml(curlExample(entry))}</pre></div>
  </div>
</details>`;
};
