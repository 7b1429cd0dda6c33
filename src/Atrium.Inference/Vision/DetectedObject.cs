namespace Atrium.Inference.Vision;

/// <summary>Something seen in a picture.</summary>
/// <param name="Label">One of the 80 names of the COCO set.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Box">Where.</param>
public sealed record DetectedObject(string Label, float Confidence, Box Box)
{
    /// <summary>Whether it is a human being.</summary>
    public bool IsPerson => Label == CocoLabels.Person;
}
