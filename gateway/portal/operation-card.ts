import { curlExample } from './example.ts';
import { anchor, escaped } from './html.ts';
import { needsToken, type Listed, type Operation, type Parameter } from './operations.ts';
import { contentView, kindOf } from './schema-view.ts';

const accessOf = (operation: Operation): string => {
  if (!needsToken(operation)) return 'no token';
  return operation['x-access'] === undefined ? '' : `role ${operation['x-access']}`;
};

const parameterRow = ({ name, in: location, required, schema = {} }: Parameter): string =>
  `<tr><td><code>${escaped(name)}</code>${required === true ? '' : ' <span class="optional">optional</span>'}</td>` +
  `<td>${escaped(kindOf(schema))}</td><td class="faint">${escaped(location)}</td></tr>`;

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
        `<dt class="status-${escaped(status.slice(0, 1))}"><code>${escaped(status)}</code> ${escaped(description)}</dt>` +
        `<dd>${contentView(content)}</dd>`,
    )
    .join('');

export const idOf = ({ method, path }: Listed): string => anchor(`${method} ${path}`);

/** One operation: folded, its line; unfolded, its request and its answers. */
export const operationCard = (entry: Listed): string => {
  const { method, path, operation } = entry;
  const access = accessOf(operation);
  return `
<details class="operation${operation.deprecated === true ? ' deprecated' : ''}" id="${idOf(entry)}">
  <summary><span class="method ${escaped(method)}">${escaped(method)}</span>
    <code class="path">${escaped(path)}</code>
    <span class="what">${escaped(operation.summary ?? '')}</span>
    ${access === '' ? '' : `<span class="access">${escaped(access)}</span>`}</summary>
  <div class="inside">
    <div class="told">
      ${operation.description === undefined ? '' : `<p>${escaped(operation.description)}</p>`}
      ${parameterTable(operation.parameters)}${bodyOf(operation)}
      <h4>Answers</h4><dl>${replies(operation)}</dl>
    </div>
    <div class="try"><h4>Try it</h4><pre class="curl">${escaped(curlExample(entry))}</pre></div>
  </div>
</details>`;
};
