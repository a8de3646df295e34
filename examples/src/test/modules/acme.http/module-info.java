/** A module with its own channel. */
module acme.http {
    requires acme.jvm;
    requires dev.otpkit.channel.http;
}
