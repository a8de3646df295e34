/** The events of a manager and their listeners, for metrics, audit and alarms. */
@NullMarked
package dev.otpkit.event;

import org.jspecify.annotations.NullMarked;
