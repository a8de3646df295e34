/**
 * Tests that every store and channel has to pass, one small subclass each, and doubles for applications' own tests.
 *
 * <p>A store's author subclasses {@link dev.otpkit.testkit.OtpStoreContract} and
 * {@link dev.otpkit.testkit.OtpPromisesContract}, a channel's author
 * {@link dev.otpkit.testkit.DeliveryChannelContract}. An application's tests use
 * {@link dev.otpkit.testkit.RecordingChannel} and {@link dev.otpkit.testkit.MutableClock}.
 */
@NullMarked
package dev.otpkit.testkit;

import org.jspecify.annotations.NullMarked;
