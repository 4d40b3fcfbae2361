import { stringify } from 'yaml';
import { ALERTS, type Alert } from './alerts.ts';

const RUNBOOKS = 'docs/operations.md';

/** The heading of an alert's runbook in docs/operations.md, as a link names it. */
export const anchorOf = (name: string): string => `alert-${name.toLowerCase()}`;

/** The whole condition: its value, the limit, and where it counts. */
export const conditionOf = ({ value, above, provided }: Alert): string => {
  const condition = `(${value}) > ${above}`;
  return provided === undefined ? condition : `${condition} and on (service) (${provided})`;
};

const ruleOf = ([name, alert]: readonly [string, Alert]) => ({
  alert: name,
  expr: conditionOf(alert),
  ...(alert.minutes === 0 ? {} : { for: `${alert.minutes}m` }),
  labels: { severity: alert.severity },
  annotations: {
    summary: alert.summary(name === 'ServiceAway' ? '{{ $labels.instance }}' : '{{ $labels.service }}'),
    value: '{{ $value | humanize }}',
    runbook_url: `${RUNBOOKS}#${anchorOf(name)}`,
  },
});

/** The alert rules in the form that Prometheus reads. */
export const alertRules = (): string =>
  `# Written by \`npm run observability\` from alerts.ts.\n${stringify({
    groups: [{ name: 'lego-moc', rules: Object.entries<Alert>(ALERTS).map(ruleOf) }],
  })}`;
