import type { PageFault } from '../faults.ts';
import type { TeamCall } from '../rpc/route.ts';

/** What of a call's fault is the paged route's own business. */
export function pageFaultOf({ fault }: TeamCall): PageFault {
  switch (fault?.kind) {
    case 'empty_listing':
    case 'empty_page':
    case 'repeated_page':
      return fault.kind;
    default:
      return null;
  }
}
