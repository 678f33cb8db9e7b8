/**
 * The reason of every abort among ourselves, which nobody sees: that something has ended, or is not wanted any more. Made
 * once, since an `abort()` without a reason makes an error with a stack each time.
 */
export const stopped: Error = new Error('stopped')
