import type { Brand } from '@lego-moc/kernel/message';

export type MocId = Brand<string, 'MocId'>;
