/** Sends SMS. */
module acme.mshastra {
    requires acme.jvm;
    requires dev.otpkit.channel.mshastra;
}
