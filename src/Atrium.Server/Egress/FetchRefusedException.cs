namespace Atrium.Server.Egress;

/// <summary>Why a URL was not fetched, in words for the one who sent it.</summary>
internal sealed class FetchRefusedException(string message) : Exception(message);
