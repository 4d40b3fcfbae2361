import type { FoldedStates } from '@lego-moc/application/folded-states';
import type { Album, AlbumCommand, AlbumRejection } from '../domain/album.ts';
import type { Image, ImageCommand, ImageRejection } from '../domain/image.ts';

export type ImageStates = FoldedStates<ImageCommand, Image, ImageRejection>;
export type AlbumStates = FoldedStates<AlbumCommand, Album, AlbumRejection>;
