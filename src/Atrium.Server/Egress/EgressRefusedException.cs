namespace Atrium.Server.Egress;

/// <summary>Why the server does not call out.</summary>
internal enum EgressRefusal
{
    /// <summary>What is to be called is no plain web address.</summary>
    NotAnAddress,

    /// <summary>The managed network has no rule for it. The message names the rule that is lacking.</summary>
    NoRule,

    /// <summary>Its host is not there, or has an address that may not be reached: the same words for both, for which names there are inside is nobody's business.</summary>
    Unreachable,
}

/// <summary>The server does not call out. The message is for the one who asked.</summary>
internal sealed class EgressRefusedException(EgressRefusal refusal, string message) : Exception(message)
{
    public const string UnreachableMessage = "Its host cannot be reached, or has an address that is not public.";

    public EgressRefusal Refusal => refusal;
}
