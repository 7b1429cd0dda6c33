namespace Atrium.Inference.Vision.Reading;

/// <summary>Pixels as the PP-OCR models take them: one plane a colour, in the order blue, green, red in which they were trained.</summary>
internal static class Pixels
{
    public static float[] ChannelsFirst(float[] pixels, int count, float[] mean, float[] deviation)
    {
        var planes = new float[count * 3];
        for (var channel = 0; channel < 3; channel++)
        {
            var (plane, source, scale, offset) = (channel * count, 2 - channel, 1 / (255 * deviation[channel]), mean[channel] / deviation[channel]);
            for (var pixel = 0; pixel < count; pixel++)
            {
                planes[plane + pixel] = (pixels[(pixel * 3) + source] * scale) - offset;
            }
        }

        return planes;
    }
}
