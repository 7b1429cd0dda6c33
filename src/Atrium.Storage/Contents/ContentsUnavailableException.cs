namespace Atrium.Storage.Contents;

/// <summary>
/// The service where contents lie could not be used. The message is for the operator: the operation, and the status and code that the service gave; nothing of
/// what was sent.
/// </summary>
public sealed class ContentsUnavailableException(string message) : IOException(message);
