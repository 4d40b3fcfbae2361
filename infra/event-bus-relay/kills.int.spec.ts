import { expect } from 'chai';
import { hasRabbitMq } from '@lego-moc/testing/rabbitmq-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { runKills } from './testing/kill-run.ts';

describe('killing the relay and a subscriber at random', function () {
  this.timeout(400_000);

  before(function () {
    if (!hasRabbitMq()) skipWithout(this, 'RabbitMQ', 'install rabbitmq-server or set TEST_RABBITMQ_URL');
  });

  it('leaves every effect exactly once, in the order of its stream', async () => {
    const { effects, kills } = await runKills({ streams: 3, eventsPerStream: 300, kills: 4 });
    expect(kills.relay + kills.consumer).to.be.greaterThan(0);
    const expected = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(Object.fromEntries(effects)).to.deep.equal({
      'source-0': expected,
      'source-1': expected,
      'source-2': expected,
    });
  });
});
