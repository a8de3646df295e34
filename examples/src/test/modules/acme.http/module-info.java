/** Has a channel of its own. */
module acme.http {
    requires acme.jvm;
    requires dev.otpkit.channel.http;
}
