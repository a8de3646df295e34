/**
 * A toolkit for authors of channels over HTTP.
 *
 * <p>Start at {@link dev.otpkit.channel.http.HttpCaller}.
 */
module dev.otpkit.channel.http {
    requires transitive dev.otpkit;
    requires java.net.http;

    exports dev.otpkit.channel.http;
}
