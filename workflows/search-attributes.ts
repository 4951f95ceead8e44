/** One definition for code and registration: an attribute that the server does not know stops a workflow for ever. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  SeatState: defineSearchAttributeKey('SeatState', 'KEYWORD'),
  SeatConnection: defineSearchAttributeKey('SeatConnection', 'KEYWORD'),
  SeatHoldUntil: defineSearchAttributeKey('SeatHoldUntil', 'DATETIME'),
  SeatAttention: defineSearchAttributeKey('SeatAttention', 'KEYWORD'),
};
