/**
 * Contract tests for stores and channels, and doubles for applications' own tests.
 *
 * <p>A store's author subclasses {@link dev.otpkit.testkit.OtpStoreContract} and
 * {@link dev.otpkit.testkit.OtpPromisesContract}, and puts a {@link dev.otpkit.testkit.FaultyProxy} before the store's
 * server; a channel's author subclasses {@link dev.otpkit.testkit.HttpChannelContract} or, for another transport,
 * {@link dev.otpkit.testkit.DeliveryChannelContract}.
 *
 * <p>An application's tests get a manager with {@link dev.otpkit.testkit.OtpExtension}, or put its parts into their
 * own: {@link dev.otpkit.testkit.RecordingChannel}, {@link dev.otpkit.testkit.FaultyStore},
 * {@link dev.otpkit.testkit.MutableClock}, {@link dev.otpkit.testkit.RecordingListener} and
 * {@link dev.otpkit.testkit.LogRecorder}. For tests with the channels of production there are stand-ins:
 * {@link dev.otpkit.testkit.FakeTwilio}, {@link dev.otpkit.testkit.FakeMshastra} and
 * {@link dev.otpkit.testkit.FakeGmail}; {@link dev.otpkit.testkit.FakeProvider} is the base class for others.
 */
@NullMarked
package dev.otpkit.testkit;

import org.jspecify.annotations.NullMarked;
