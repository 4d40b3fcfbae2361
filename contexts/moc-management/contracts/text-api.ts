import { z } from 'zod';
import { hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL } from '@lego-moc/kernel/visible-text';

/** Text that others read: what it shows is what it says. */
export const publicText = z.string().refine(hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL);

/** The same without spaces around it. */
export const trimmedText = z.string().trim().refine(hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL);
