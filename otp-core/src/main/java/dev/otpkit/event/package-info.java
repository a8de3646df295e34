/** What happened, for whoever watches: metrics, audit, alarms. */
@NullMarked
package dev.otpkit.event;

import org.jspecify.annotations.NullMarked;
