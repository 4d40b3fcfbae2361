import type { ResolvedEvent } from '../storage/event-log.ts';
import { persistent } from '../wire/persistent.ts';
import { encodeReadEvent, type EncodedMessage } from '../wire/read-event.ts';
import type { ConsumerReport } from './group/report.ts';
import { formatPosition, type GroupDefinition } from './group-definition.ts';
import type { RunningGroup, RunningReport } from './running-group.ts';

const { ReadResp, SubscriptionInfo } = persistent;

/** Both the event and the link that led to it carry the position of the link, as EventStoreDB has it here. */
export const eventResponse = (
  { event, link }: ResolvedEvent,
  retryCount: number,
  structuredId: boolean,
): EncodedMessage =>
  encodeReadEvent({ event, link, position: (link ?? event)?.position ?? 0n, structuredId, retryCount });

export const confirmationResponse = (subscriptionId: string): persistent.ReadResp =>
  new ReadResp().setSubscriptionConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId));

const connectionInfo = (consumer: ConsumerReport): persistent.SubscriptionInfo.ConnectionInfo =>
  new SubscriptionInfo.ConnectionInfo()
    .setUsername(consumer.username)
    .setConnectionName(consumer.connectionName)
    .setAverageItemsPerSecond(consumer.averageItemsPerSecond)
    .setTotalItems(consumer.totalItems.toString())
    .setCountSinceLastMeasurement(consumer.countSinceLastMeasurement.toString())
    .setAvailableSlots(consumer.availableSlots)
    .setInFlightMessages(consumer.inFlight)
    .setObservedMeasurementsList(
      consumer.measurements.map(({ key, value }) =>
        new SubscriptionInfo.Measurement().setKey(key).setValue(value.toString()),
      ),
    );

const setSettings = (
  info: persistent.SubscriptionInfo,
  { stream, startFrom, settings }: GroupDefinition,
): persistent.SubscriptionInfo =>
  info
    .setStartFrom(formatPosition(stream, startFrom === 'end' ? -1n : startFrom))
    .setResolveLinkTos(settings.resolveLinkTos)
    .setExtraStatistics(settings.extraStatistics)
    .setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setNamedConsumerStrategy(settings.strategy);

const setCounts = (info: persistent.SubscriptionInfo, report: RunningReport): persistent.SubscriptionInfo =>
  info
    .setStatus(report.status)
    .setConnectionsList(report.consumers.map(connectionInfo))
    .setAveragePerSecond(report.averagePerSecond)
    .setTotalItems(report.totalItems.toString())
    .setCountSinceLastMeasurement(report.countSinceLastMeasurement.toString())
    .setReadBufferCount(report.readBufferCount)
    .setLiveBufferCount(report.liveBufferCount.toString())
    .setRetryBufferCount(report.retryBufferCount)
    .setTotalInFlightMessages(report.totalInFlight)
    .setOutstandingMessagesCount(report.outstanding)
    .setParkedMessageCount(report.parkedCount.toString());

export const subscriptionInfo = (group: RunningGroup): persistent.SubscriptionInfo => {
  const { definition } = group;
  const report = group.report();
  const format = (position: bigint | undefined) =>
    position === undefined ? '' : formatPosition(definition.stream, position);
  const info = new SubscriptionInfo()
    .setEventSource(definition.stream)
    .setGroupName(definition.name)
    .setLastCheckpointedEventPosition(format(report.checkpoint))
    .setLastKnownEventPosition(format(report.lastKnown));
  return setCounts(setSettings(info, definition), report);
};
