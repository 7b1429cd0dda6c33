namespace Atrium.Inference.Language;

/// <summary>Personal data in a text.</summary>
/// <param name="Category">As the published service names it.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Confidence">From 0 to 1: high where a checksum holds.</param>
public sealed record PersonalDatum(string Category, TextSpan Span, double Confidence);
