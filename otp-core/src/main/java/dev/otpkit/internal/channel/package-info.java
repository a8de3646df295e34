/** What the channels of this project share. Exported to them alone; changes without notice. */
@NullMarked
package dev.otpkit.internal.channel;

import org.jspecify.annotations.NullMarked;
