/** Publishing by git: loaded only where somebody wants it. */
export { openCheckout, type Checkout } from './checkout.js';
export { createPublishingStore } from './publishing-store.js';
