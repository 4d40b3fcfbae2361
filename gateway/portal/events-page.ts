import { anchor, escapeHtml } from './html.ts';
import type { MergedAsyncApi } from './merge-asyncapi.ts';
import { pageOf } from './page-frame.ts';
import type { Schema } from './operations.ts';
import { alternativesOf, schemaView } from './schema-view.ts';

const RULES = `<section class="rules" id="rules"><h2>What holds for all of them</h2>
<dl>
<dt>Twice</dt><dd>A message may arrive again, with the same <code>eventId</code>: react to it once.</dd>
<dt>In order</dt><dd><code>revision</code> counts the events of one <code>subject</code>. Keep the highest that you have seen, and
drop what is older.</dd>
<dt>More later</dt><dd>New fields and new types may come; ignore what you do not know. What is there stays as it is.</dd>
<dt>On a bus</dt><dd>The routing key is <code>CONTEXT.TYPE</code>, as in <code>moc-management.moc.created</code>; the exchange is
<code>lego-moc.events</code>.</dd>
</dl></section>`;

/** One of several forms, in a line and a table; a payload with one form has no line. */
const formView = (form: Schema): string => {
  const status = form.properties?.['status'];
  const words = [...(status?.enum ?? []), ...(status?.const === undefined ? [] : [status.const])].join(' or ');
  return `${words === '' ? '' : `<p class="media">status ${escapeHtml(words)}</p>`}${schemaView(form)}`;
};

const payloadView = ({ properties = {} }: Schema): string => {
  const payload = properties['payload'] ?? {};
  return (alternativesOf(payload) ?? [payload]).map(formView).join('');
};

const eventCard = (type: string, schema: Schema): string => `
<details class="operation" id="${anchor(type)}">
  <summary><code class="path">${escapeHtml(type)}</code> <span class="what">${escapeHtml(schema.description ?? '')}</span></summary>
  <div class="inside"><div class="told">
    <p><a href="/docs/events/${encodeURIComponent(type)}.json">JSON Schema</a></p>
    <h4>Payload</h4>${payloadView(schema)}
  </div></div>
</details>`;

/** The integration events as one page of HTML without scripts. */
export const eventsPage = (document: MergedAsyncApi): string => {
  const channels = Object.entries(document.channels).map(
    ([name, { messages }]) => [name, Object.keys(messages as object)] as const,
  );
  const sections = channels.map(([name, types]) => {
    const cards = types.map((type) => eventCard(type, document.components.schemas[type] ?? {}));
    return `<section id="${anchor(name)}"><h2>${escapeHtml(name)}</h2>${cards.join('')}</section>`;
  });
  const links = channels.map(
    ([name, types]) =>
      `<a href="#${anchor(name)}">${escapeHtml(name)} <span class="count">${String(types.length)}</span></a>`,
  );
  return pageOf({
    title: document.info.title,
    subtitle: document.info.description,
    links: '<a href="/docs">API reference</a> · <a href="/docs/asyncapi.json">AsyncAPI document</a>',
    navigation: `<a href="#rules">What holds for all of them</a><h2>Contexts</h2>${links.join('')}`,
    main: RULES + sections.join(''),
  });
};
