import type { PageFault } from '../members/listing.ts';
import type { TeamCall } from '../rpc/route.ts';

/** The faults that a paged route plays itself, because its cursors have to stay right. */
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
