/** Sends mail. */
module acme.smtp {
    requires acme.jvm;
    requires dev.otpkit.channel.smtp;
}
