/** What a node of the cluster needs to know of itself and of the others. */
export type NodeOptions = {
  readonly image: string;
  readonly region: string;
  /** Of this node, and of all nodes. */
  readonly host: string;
  readonly hosts: readonly string[];
  readonly certificateSecretArn: string;
  readonly adminSecretArn: string;
  readonly volumeId: string;
};

const SETTINGS = ({ host, hosts }: NodeOptions): Readonly<Record<string, string>> => ({
  CLUSTER_SIZE: String(hosts.length),
  DISCOVER_VIA_DNS: 'false',
  GOSSIP_SEED: hosts
    .filter((other) => other !== host)
    .map((other) => `${other}:2113`)
    .join(','),
  NODE_IP: '0.0.0.0',
  REPLICATION_IP: '0.0.0.0',
  NODE_HOST_ADVERTISE_AS: host,
  REPLICATION_HOST_ADVERTISE_AS: host,
  NODE_PORT: '2113',
  REPLICATION_PORT: '1112',
  // The indexes lie beside the chunks, so that one snapshot holds both.
  DB: '/var/lib/eventstore',
  INDEX: '/var/lib/eventstore/index',
  LOG: '/var/log/eventstore',
  RUN_PROJECTIONS: 'System',
  CERTIFICATE_FILE: '/etc/eventstore/certs/node.crt',
  CERTIFICATE_PRIVATE_KEY_FILE: '/etc/eventstore/certs/node.key',
  TRUSTED_ROOT_CERTIFICATES_PATH: '/etc/eventstore/certs/ca',
  CERTIFICATE_RESERVED_NODE_COMMON_NAME: 'eventstoredb-node',
});

/**
 * The start of a node, line by line: attaches its volume, writes its certificate, runs the image. Repeatable: a node
 * that is replaced finds its data on the volume.
 */
export const nodeCommands = (options: NodeOptions): readonly string[] => {
  const { image, region, certificateSecretArn, adminSecretArn, volumeId } = options;
  const secret = (arn: string, field: string): string =>
    `aws secretsmanager get-secret-value --region ${region} --secret-id ${arn} --query SecretString --output text | jq -r .${field}`;
  const env = Object.entries(SETTINGS(options)).map(([name, value]) => `--env EVENTSTORE_${name}=${value}`);
  return [
    'set -euo pipefail',
    'dnf install -y docker jq amazon-cloudwatch-agent',
    `aws ec2 attach-volume --region ${region} --volume-id ${volumeId} --device /dev/sdf --instance-id "$(ec2-metadata --quiet --instance-id)"`,
    'until [ -e /dev/sdf ]; do sleep 2; done',
    'blkid /dev/sdf || mkfs.xfs /dev/sdf',
    'mkdir -p /var/lib/eventstore /etc/eventstore/certs/ca',
    'echo "/dev/sdf /var/lib/eventstore xfs defaults,noatime,nofail 0 2" >> /etc/fstab',
    'mount -a',
    `${secret(certificateSecretArn, 'ca')} > /etc/eventstore/certs/ca/ca.crt`,
    `${secret(certificateSecretArn, 'certificate')} > /etc/eventstore/certs/node.crt`,
    `${secret(certificateSecretArn, 'privateKey')} > /etc/eventstore/certs/node.key`,
    'chmod 600 /etc/eventstore/certs/node.key',
    'chown -R 1000:1000 /var/lib/eventstore /etc/eventstore',
    'systemctl enable --now docker',
    // In a file that only root reads, not in the arguments of a process.
    `install -m 600 /dev/null /etc/eventstore/passwords.env`,
    `echo "EVENTSTORE_DEFAULT_ADMIN_PASSWORD=$(${secret(adminSecretArn, 'admin')})" >> /etc/eventstore/passwords.env`,
    `echo "EVENTSTORE_DEFAULT_OPS_PASSWORD=$(${secret(adminSecretArn, 'ops')})" >> /etc/eventstore/passwords.env`,
    [
      'docker run --detach --name eventstore --restart always --network host --user 1000:1000',
      '--ulimit nofile=65536:65536 --log-driver awslogs --log-opt awslogs-group=$LOG_GROUP',
      `--log-opt awslogs-region=${region} --env-file /etc/eventstore/passwords.env`,
      '--volume /var/lib/eventstore:/var/lib/eventstore --volume /etc/eventstore/certs:/etc/eventstore/certs:ro',
      ...env,
      image,
    ].join(' '),
  ];
};
