import type { ServiceContract } from '@lego-moc/http/service-contract';
import { FILE_PROCESSING } from './file-processing/contracts/routes.ts';
import { FILE_STORAGE } from './file-storage/contracts/routes.ts';
import { GALLERY } from './gallery/contracts/routes.ts';
import { INVENTORY } from './inventory/contracts/routes.ts';
import { MIGRATION } from './migration/contracts/routes.ts';
import { MOC_MANAGEMENT } from './moc-management/contracts/routes.ts';
import { PROFILE } from './profile/contracts/routes.ts';
import { SEARCH } from './search/contracts/routes.ts';
import { WISHLIST } from './wishlist/contracts/routes.ts';

/** Every context of the platform: the launcher, the gateway, the operations tools and the end-to-end tests read this list. */
export const SERVICES: readonly ServiceContract[] = [
  MOC_MANAGEMENT,
  GALLERY,
  PROFILE,
  WISHLIST,
  FILE_PROCESSING,
  INVENTORY,
  SEARCH,
  FILE_STORAGE,
];

/** Contexts that run only where a variable names what they work on. */
export const OPTIONAL_SERVICES: readonly (ServiceContract & { readonly variable: string })[] = [
  { ...MIGRATION, variable: 'LEGACY_DATABASE_URL' },
];
